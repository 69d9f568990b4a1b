"""Lianxin (连心桥): a WeCom bot through which constituents reach their people's congress representatives."""
