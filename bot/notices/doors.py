"""What somebody reads who asks for pages too often."""

TOO_OFTEN = "打开得太频繁了，请过一会儿再试。需要帮助，请在聊天里留言，或者到代表联络站来。"
