for x in a b ab abc ''; do case $x in a) echo A;; a*) echo Astar;; ?) echo one;; '') echo empty;; esac; done
