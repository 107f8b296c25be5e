"""Input in, clean values out: the rule's editor, approvals, webhooks."""
