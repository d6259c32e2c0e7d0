case abc in a|b) echo 1;; *b*) echo 2;; *) echo 3;; esac
