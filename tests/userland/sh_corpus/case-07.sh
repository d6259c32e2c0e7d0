case a in (a) echo paren;; esac; case a in b) ;; esac; echo $?; case a in a) false;; esac; echo $?
