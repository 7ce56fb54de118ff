"""The server: OpenAI-compatible transcription over HTTP, live streams over WebSocket, a web page.

    auricle serve                            the command
    from auricle.server import create_app    the ASGI application, for a server of one's own

    app.py              routes, start and shutdown
      transcriptions.py   POST /v1/audio/transcriptions   <- uploads.py (multipart, never whole)
      live.py             WS /v1/stream                   <- messages.py (what clients may say)
      vosk.py, wyoming.py other projects' protocols
      access.py           API keys
      engine.py           chunks of all live streams, in batches, on a pool
      memory.py           what streams leave, back to the system
      metrics.py          what Prometheus reads

Nothing is stored on disk, and logs hold neither words nor audio.
"""

from auricle.server.app import create_app as create_app
from auricle.server.options import Limits as Limits
from auricle.server.options import ServerOptions as ServerOptions

__all__ = ["Limits", "ServerOptions", "create_app"]
