def verify_hop(environ, environment): raise NotImplementedError
def check_digest(environ, body): return False
