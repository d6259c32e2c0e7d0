set -e; (false) || echo sub; (set +e; false; echo cont); ( ! true ); echo no
