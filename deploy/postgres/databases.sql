-- One database per service and one for the keys, each of its own account, on one server: what compose.yaml starts.
-- In production they may be five servers. The passwords are compose's; nothing outside reaches this server.
CREATE USER attain_goals PASSWORD 'goals';
CREATE USER attain_performance PASSWORD 'performance';
CREATE USER attain_compensation PASSWORD 'compensation';
CREATE USER attain_feedback PASSWORD 'feedback';
CREATE USER attain_keys PASSWORD 'keys';
CREATE DATABASE attain_goals OWNER attain_goals;
CREATE DATABASE attain_performance OWNER attain_performance;
CREATE DATABASE attain_compensation OWNER attain_compensation;
CREATE DATABASE attain_feedback OWNER attain_feedback;
CREATE DATABASE attain_keys OWNER attain_keys;
