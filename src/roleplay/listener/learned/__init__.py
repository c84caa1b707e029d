"""The learned listener: a small fine-tuned encoder, run locally. Importing this loads no model."""

from roleplay.listener.learned.model import Evidence, Text
from roleplay.listener.learned.reader import LearnedListener

__all__ = ["Evidence", "LearnedListener", "Text"]
