# Files of the package belong to these.
@accounts@
