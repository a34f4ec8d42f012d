"""What a finished search is reported as: numbers in words, pictures, videos, comparisons.

rebuild("runs/barrier")       # summary and pictures anew from what the folder holds
"""

from .report import rebuild, write_report

__all__ = ["rebuild", "write_report"]
