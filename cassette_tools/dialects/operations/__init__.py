"""Operations that are no conversation: embeddings, media, and the things that a provider keeps.

Each module registers its own dialects, and is imported by itself.
"""
