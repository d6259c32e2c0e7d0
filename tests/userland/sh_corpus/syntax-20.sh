# compare: stderr
case x in a) echo ;; b echo ;; esac
