"""Many times: designs of assumptions, the compiled ensemble, its store and its labelled results."""
