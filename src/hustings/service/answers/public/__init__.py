"""The Answer Center: what anyone may read, without an account, a cookie or a script."""
