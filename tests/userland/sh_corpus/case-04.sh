p='a*'; case abc in $p) echo glob;; esac; case abc in "$p") echo no;; *) echo literal;; esac
