"""Pictures of a trace, and of what was measured, for exploring, notebooks and export: Plotly figures and files. No torch, no Streamlit.

Positions are the axis, tokens only its labels, and ranges are pinned, so a color means the same in every picture.
"""

from gatelab.figures import studies
from gatelab.figures.activations import squashing
from gatelab.figures.alignments import alignment
from gatelab.figures.by_length import lengths
from gatelab.figures.curves import curve
from gatelab.figures.distributions import distribution
from gatelab.figures.export import alignment_csv, csv, npz
from gatelab.figures.heatmaps import heatmap
from gatelab.figures.picture import png
from gatelab.figures.trials import trial
from gatelab.figures.units import unit

__all__ = ["alignment", "alignment_csv", "csv", "curve", "distribution", "heatmap", "lengths", "npz", "png", "squashing", "studies", "trial", "unit"]
