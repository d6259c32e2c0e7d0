echo; echo -n no newline; echo; echo -n; echo -e a; echo -- b; echo - c; echo -nn d; echo a -n
