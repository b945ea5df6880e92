"""Pictures of a trace, and of what was measured, for exploring, notebooks and export: Plotly figures and files. No torch, no Streamlit.

Positions are the axis, tokens only its labels, and ranges are pinned, so a color means the same in every picture.
"""

from gatelab.figures import studies
from gatelab.figures.alignment import alignment
from gatelab.figures.curve import curve
from gatelab.figures.distribution import distribution
from gatelab.figures.export import alignment_csv, csv, npz
from gatelab.figures.heatmap import heatmap
from gatelab.figures.lengths import lengths
from gatelab.figures.picture import png
from gatelab.figures.trial import trial
from gatelab.figures.unit import unit

__all__ = ["alignment", "alignment_csv", "csv", "curve", "distribution", "heatmap", "lengths", "npz", "png", "studies", "trial", "unit"]
