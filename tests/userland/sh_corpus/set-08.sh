# compare: stderr
set -v
echo verbose
x=1
