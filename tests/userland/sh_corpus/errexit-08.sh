set -e; trap 'echo exit $?' EXIT; (exit 7); echo no
