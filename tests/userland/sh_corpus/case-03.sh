case '*' in \*) echo esc;; esac; case x in '*') echo no;; "x") echo dq;; esac
