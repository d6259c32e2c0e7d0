#!/bin/bash
cat <(echo proc) <(echo two); read x < <(echo sub); echo $x; set -e; set +e; pushd / >/dev/null; echo $PWD; popd >/dev/null; dirs >/dev/null; x=abc; [ -v x ]; echo $?; echo ${x@Q} ${x@U}
