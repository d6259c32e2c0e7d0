cat <<E && echo and
x
E
if cat <<E
cond
E
then echo yes; fi
