mkdir .d; touch .d/f ab; echo *; echo .*/f; echo a[b; echo a[b]; set -f; echo *; set +f; x=[a]b; echo $x
