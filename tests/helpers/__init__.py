"""What several tests share: servers, builders and fakes. Holds no test itself."""
