"""The learned listener: a small fine-tuned encoder, run locally. Importing this loads no model."""

from roleplay.listener.learned.reader import HeardSensitive, LearnedListener

__all__ = ["HeardSensitive", "LearnedListener"]
