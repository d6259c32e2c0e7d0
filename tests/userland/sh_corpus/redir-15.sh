exec > f; echo captured; exec 1>&2 2>/dev/null; echo lost; cat f >&2
