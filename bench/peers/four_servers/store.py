"""The client of four servers: pairs that mirror each other, chosen in turn, and a map from paths to pairs."""
import itertools
import xmlrpc.client


class Store:
    def __init__(self, ports):
        servers = [xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}", allow_none=True) for port in ports]
        self.pairs = [servers[0:2], servers[2:4]]
        self.turns = itertools.cycle(range(2))
        self.members = itertools.cycle(range(2))
        self.map = {}  # path -> pair

    def mkdir(self, path):
        for pair in self.pairs:
            for server in pair:
                server.mkdir(path)

    def write(self, path, content):
        """A new file; on both members, one after the other."""
        if path in self.map:
            raise FileExistsError(path)
        pair = self.pairs[next(self.turns)]
        for server in pair:
            server.create(path)
            server.write(path, xmlrpc.client.Binary(content))
        self.map[path] = pair

    def read(self, path):
        pair = self.map[path]
        first = next(self.members)
        try:
            return pair[first].read(path).data
        except OSError:
            return pair[1 - first].read(path).data

    def mv(self, old, new):
        pair = self.map.pop(old)
        for server in pair:
            server.mv(old, new)
        self.map[new] = pair

    def rm(self, path):
        for server in self.map.pop(path):
            server.rm(path)
