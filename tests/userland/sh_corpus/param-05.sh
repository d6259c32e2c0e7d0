p=/usr/local/bin/tool.tar.gz; echo ${p##*/} ${p%/*} ${p%.*} ${p%%.*} ${p#*.} ${p##*.}
