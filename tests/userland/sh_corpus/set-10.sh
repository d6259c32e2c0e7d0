set -a; newvar=1; set +a; sh -c 'echo $newvar'; other=2; sh -c 'echo [$other]'
