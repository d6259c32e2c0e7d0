# compare: stderr
&& echo
