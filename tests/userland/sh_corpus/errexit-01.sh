set -e; echo a; false; echo no
