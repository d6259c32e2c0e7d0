set -e; false || echo or; if false; then :; fi; ! false; ! true; false && true; while false; do :; done; echo end
