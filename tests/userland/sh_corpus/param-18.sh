echo ${x-$(echo sub)} ${x-`echo back`} ${x-$((1+2))} ${x-${y-${z-deep}}}
