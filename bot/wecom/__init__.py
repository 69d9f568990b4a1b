"""The only room that speaks WeCom: signatures, parsing, payloads, error codes, tokens and the client."""
