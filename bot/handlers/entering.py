"""A constituent comes in by a representative's code, a station's code or a plain link."""

from bot.dispatch.messages import ConstituentEntered
from bot.dispatch.router import Heard, Router
from bot.services import conversations
from bot.services.context import Context

router = Router("entering")


@router.on(ConstituentEntered)
async def greet(heard: Heard[ConstituentEntered], context: Context) -> None:
    """Remember the code; greet where WeCom gave a welcome code."""
    message = heard.message
    await conversations.enter(
        context,
        heard.by,
        scene=message.scene,
        scene_param=message.scene_param,
        welcome_code=message.welcome_code,
    )
