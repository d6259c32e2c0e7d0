touch x.c y.c z.h; for f in *.c; do echo ${f%.c}; done; echo *.[ch]; echo *.{c,h}; echo [x-y].c [[:lower:]].h; echo []x]*
