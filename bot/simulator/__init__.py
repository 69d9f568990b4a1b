"""A WeCom stand-in: a real HTTP server that keeps the platform's rules. Production code never imports it."""

from bot.simulator.account import DEMO_ACCOUNT, DemoAccount
from bot.simulator.chat import Line
from bot.simulator.faults import BadFaultsError, Faults, Rule, load_faults, parse_faults
from bot.simulator.run import serve_simulator, simulator_from_args
from bot.simulator.state import Code, Place
from bot.simulator.world import Simulator

__all__ = [
    "DEMO_ACCOUNT",
    "BadFaultsError",
    "Code",
    "DemoAccount",
    "Faults",
    "Line",
    "Place",
    "Rule",
    "Simulator",
    "load_faults",
    "parse_faults",
    "serve_simulator",
    "simulator_from_args",
]
