set +e; false; echo a; set -e; set +e; false; echo b; set -o errexit; false; echo no
