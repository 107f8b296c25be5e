from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "hustings.foundation.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hustings.foundation.core import loops  # noqa: PLC0415  (models are not there before ready)

        from . import entries, services  # noqa: PLC0415  (likewise)

        loops.register_service(loops.Service("lmtp", "mail", services.listen))
        loops.register_loop(loops.Loop("imap", "mail", services.read_imap, every=60.0))
        loops.register_loop(loops.Loop("outbox", "mail", services.send_mail, every=1.0, wake="mail-out"))
        services.open_topics()
        entries.register()
