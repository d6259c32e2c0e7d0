x=1; y='a b'; z="it's"; set | while read l; do case $l in x=*|y=*|z=*) echo "$l";; esac; done
