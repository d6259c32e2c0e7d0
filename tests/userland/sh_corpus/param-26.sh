x=aXbXc; echo ${x#*[A-Z]} ${x##*[A-Z]} ${x%[!a-z]*} ${x%%[[:upper:]]*}
