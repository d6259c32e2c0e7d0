set -e; f() { false; echo in f; }; f || echo or; if f; then echo t; fi; f; echo no
