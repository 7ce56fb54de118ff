"""Nothing is sent anywhere.

ONNX Runtime 1.29 and later report every process to their maker, and keep what could not be sent in
the user's cache folder, unless this variable stands in the environment before they are loaded.
Whoever wants the reports sets it to 0.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
