"""The site: `make docs` builds it from the pages of this folder, without a network.

Pages are Markdown (MyST), as they are read on their own; docstrings are, too (`_ext/docstrings`).
The games' pages are their cards, with a film, spaces and a citation (`_ext/cards`). Tutorials are
scripts that run while the site is built: sphinx-gallery runs them in this process, which has
imported everything already, where notebooks would start a kernel each; and they stay Python files
that are checked as such, and run by themselves.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # small networks: two threads wait for each other
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "scg-envs"
author = "the scg-envs authors"
copyright = author
html_title = "scg-envs"
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    "docstrings",
    "cards",
    "repository",
    "accessible",
]
exclude_patterns = ["_build", "_ext", "scripts", "tutorials/*.ipynb"]
exclude_patterns += ["sg_execution_times.rst", "**/sg_execution_times.rst"]  # ask another host
highlight_language = "text"
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

# Links that a page has to files of the repository lead to copies of them, headings are anchors.
myst_enable_extensions = ["fieldlist"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # blocks name the file that they are, too

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
toc_object_entries = False  # the side bars of all pages would hold all names
napoleon_use_ivar = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True

html_theme = "furo"
html_static_path = ["_static"]
html_show_sourcelink = False
html_css_files = ["site.css"]
html_extra_path = ["_build/extra"]

sphinx_gallery_conf = {
    "examples_dirs": "scripts",
    "gallery_dirs": "tutorials",
    "ignore_pattern": r"^(?!plot_)",  # what tutorials import
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "only_warn_on_example_error": False,
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1e9,  # what it took is said by nobody's machine
    "run_stale_examples": True,  # the package may have changed
    "reset_modules": (),
    "plot_gallery": "True",
}
