"""The mail engine: raw bytes in, what a reader needs to know about a letter out.

Plain Python over dataclasses: no Django, no database, no clock of its own.  Nothing here raises on any bytes; what
cannot be understood says so (``ParsedMessage.problem``) and is quarantined by ``kinds``.

=================  =============================================================================================
``parse``          bytes -> ``ParsedMessage`` (headers, text, html, attachments)
``reply``          the writer's new words, apart from what is quoted and from the signature
``kinds``          inquiry, auto_reply, bounce, list, junk or quarantined, with the reason
``safety``         a possible threat, a possible crisis, a child, an unsubscribe request, each with its evidence
``language``       which language a text is in, and whether that is sure
``sanitise``       HTML that may be shown in a frame
``extract``        what a letter says of its writer: name, phones, place
``threading_keys`` message keys and signed reply addresses
``letter``         building the reply that is sent
``stems``          the words in front of patterns: one pass over a text tells which of them are worth trying
``mailbox``        reading .eml, mbox, Maildir and folders, resumable
``inspect``        what was understood of one file, as plain JSON
=================  =============================================================================================

The modules are imported by name; this package imports none of them, so that reading one costs only that one.
"""
