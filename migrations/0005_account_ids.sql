-- Issuers name accounts by e-mail addresses, URLs and names like "auth0|5f7c…". Every stored name keeps the wider rule.
alter domain account_id drop constraint account_id_check;
alter domain account_id add constraint account_id_check
  check (octet_length(value) between 1 and 255 and value !~ '[^!-~]') not valid;
