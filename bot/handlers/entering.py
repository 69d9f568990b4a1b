"""A constituent comes in by the code of a representative, a station or a live session, or by a plain link."""

from bot.dispatch.messages import ConstituentEntered
from bot.dispatch.router import Heard, Router
from bot.services import conversations
from bot.services.context import Context
from bot.services.live import finding, questions

router = Router("entering")


@router.on(ConstituentEntered)
async def greet(heard: Heard[ConstituentEntered], context: Context) -> None:
    """Remember the code; greet where WeCom gave a welcome code."""
    message = heard.message
    greeting = None
    if message.scene == finding.SCENE:
        greeting = await questions.greet(context, heard.by, message.scene_param)
    await conversations.enter(
        context,
        heard.by,
        scene=message.scene,
        scene_param=message.scene_param,
        welcome_code=message.welcome_code,
        greeting=greeting,
    )
